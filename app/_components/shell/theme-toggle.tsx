'use client'

import { Monitor, Moon, Sun } from 'lucide-react'
import { RadioGroup } from 'radix-ui'
import { useEffect, useState } from 'react'

const CHOICES = [
  { value: 'system', label: 'Follow the system', Icon: Monitor },
  { value: 'light', label: 'Light', Icon: Sun },
  { value: 'dark', label: 'Dark', Icon: Moon },
] as const
type Theme = (typeof CHOICES)[number]['value']

/** `public/theme.js` reads the same key before the first paint. */
function applyTheme(theme: Theme): void {
  if (theme === 'system') {
    localStorage.removeItem('theme')
    delete document.documentElement.dataset.theme
  } else {
    localStorage.setItem('theme', theme)
    document.documentElement.dataset.theme = theme
  }
}

export function ThemeToggle() {
  const [theme, setTheme] = useState<Theme>('system')
  useEffect(() => {
    const chosen = CHOICES.find((c) => c.value === document.documentElement.dataset.theme)
    if (chosen) setTheme(chosen.value)
  }, [])
  return (
    <RadioGroup.Root
      aria-label="Theme"
      value={theme}
      onValueChange={(value) => {
        const choice = CHOICES.find((c) => c.value === value)
        if (!choice) return
        setTheme(choice.value)
        applyTheme(choice.value)
      }}
      className="inline-flex gap-0.5 rounded-md border border-line p-0.5"
    >
      {CHOICES.map(({ value, label, Icon }) => (
        <RadioGroup.Item
          key={value}
          value={value}
          aria-label={label}
          title={label}
          className="grid size-8 place-items-center rounded-sm text-faint hover:text-text data-[state=checked]:bg-sunk data-[state=checked]:text-text"
        >
          <Icon aria-hidden className="size-4" />
        </RadioGroup.Item>
      ))}
    </RadioGroup.Root>
  )
}
