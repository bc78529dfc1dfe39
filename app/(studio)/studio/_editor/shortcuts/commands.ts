import {
  changeSelected,
  markIn,
  markOut,
  mergeSelected,
  moveSelected,
  nudgeEdge,
  playKept,
  removeSelected,
  selectNeighbour,
  splitAtPlayhead,
} from '#app/(studio)/studio/_editor/modes/annotate/clip-actions.ts'
import {
  copyCrop,
  goToDoubtful,
  keepCrop,
  pasteCrop,
  removeKeyframes,
  toggleCut,
} from '#app/(studio)/studio/_editor/modes/framing/framing-actions.ts'
import {
  highlightSelected,
  selectNextPlayer,
  splitPlayer,
} from '#app/(studio)/studio/_editor/modes/overlay/overlay-actions.ts'
import { jump } from '#app/(studio)/studio/_editor/player/jump.ts'
import type { Studio } from '#app/(studio)/studio/_editor/session/use-studio.ts'
import type { KeyCombo } from './key-combo.ts'

export interface Command {
  readonly label: string
  readonly group: 'Playing' | 'Moving' | 'Clips' | 'Framing' | 'Overlay' | 'Project'
  readonly keys: readonly KeyCombo[]
  readonly run: (studio: Studio) => void
}

const rate = (rating: number): Command => ({
  label: rating === 0 ? 'No rating' : `Rate ${rating} of 5`,
  group: 'Clips',
  keys: [String(rating)],
  run: (studio) => changeSelected(studio, { rating: rating === 0 ? null : rating }),
})

/** Everything that has a key. What a command is called in stored key maps is its name here, so names stay. */
export const COMMANDS = {
  toggle: { label: 'Play or pause', group: 'Playing', keys: ['Space'], run: ({ playback }) => playback.toggle() },
  back: {
    label: 'Play backwards, again: faster',
    group: 'Playing',
    keys: ['J'],
    run: ({ playback }) => playback.shuttle(-1),
  },
  stop: { label: 'Stop', group: 'Playing', keys: ['K'], run: ({ playback }) => playback.pause() },
  forward: { label: 'Play, again: faster', group: 'Playing', keys: ['L'], run: ({ playback }) => playback.shuttle(1) },
  play_kept: { label: 'Play kept clips only', group: 'Playing', keys: ['P'], run: playKept },
  mute: {
    label: 'Sound on or off',
    group: 'Playing',
    keys: ['M'],
    run: ({ playback }) => playback.setMuted(!playback.store.get().muted),
  },

  frame_back: {
    label: 'One frame back',
    group: 'Moving',
    keys: ['ArrowLeft'],
    run: ({ playback }) => playback.step(-1),
  },
  frame_on: { label: 'One frame on', group: 'Moving', keys: ['ArrowRight'], run: ({ playback }) => playback.step(1) },
  ten_back: {
    label: 'Ten frames back',
    group: 'Moving',
    keys: ['Shift+ArrowLeft'],
    run: ({ playback }) => playback.step(-10),
  },
  ten_on: {
    label: 'Ten frames on',
    group: 'Moving',
    keys: ['Shift+ArrowRight'],
    run: ({ playback }) => playback.step(10),
  },
  stop_before: { label: 'Previous edge or keyframe', group: 'Moving', keys: ['['], run: (studio) => jump(studio, -1) },
  stop_after: { label: 'Next edge or keyframe', group: 'Moving', keys: [']'], run: (studio) => jump(studio, 1) },
  to_start: { label: 'To the start', group: 'Moving', keys: ['Home'], run: ({ playback }) => playback.step(-1e9) },
  to_end: { label: 'To the end', group: 'Moving', keys: ['End'], run: ({ playback }) => playback.step(1e9) },
  zoom_in: { label: 'Zoom in', group: 'Moving', keys: ['+', '='], run: ({ timeline }) => timeline.controls?.zoom(2) },
  zoom_out: { label: 'Zoom out', group: 'Moving', keys: ['-'], run: ({ timeline }) => timeline.controls?.zoom(0.5) },
  fit: {
    label: 'Show the whole video',
    group: 'Moving',
    keys: ['Shift+Z'],
    run: ({ timeline }) => timeline.controls?.fit(),
  },

  mark_in: { label: 'Clip starts here', group: 'Clips', keys: ['I'], run: markIn },
  mark_out: { label: 'Clip ends here', group: 'Clips', keys: ['O'], run: markOut },
  set_start: {
    label: 'Move the selected clip’s start here',
    group: 'Clips',
    keys: ['Shift+I'],
    run: (studio) => nudgeEdge(studio, 'start'),
  },
  set_end: {
    label: 'Move the selected clip’s end here',
    group: 'Clips',
    keys: ['Shift+O'],
    run: (studio) => nudgeEdge(studio, 'end'),
  },
  split: { label: 'Split here', group: 'Clips', keys: ['S'], run: splitAtPlayhead },
  merge: { label: 'Merge selected clips', group: 'Clips', keys: ['Shift+M'], run: mergeSelected },
  keep: {
    label: 'Keep or leave out',
    group: 'Clips',
    keys: ['A'],
    run: (studio) => changeSelected(studio, 'toggle_kept'),
  },
  remove: {
    label: 'Delete what is selected',
    group: 'Clips',
    keys: ['Delete', 'Backspace'],
    run: (studio) => removeKeyframes(studio) || removeSelected(studio),
  },
  clip_before: {
    label: 'Select the clip before',
    group: 'Clips',
    keys: ['ArrowUp'],
    run: (studio) => selectNeighbour(studio, -1),
  },
  clip_after: {
    label: 'Select the clip after',
    group: 'Clips',
    keys: ['ArrowDown'],
    run: (studio) => selectNeighbour(studio, 1),
  },
  earlier: {
    label: 'Earlier in the reel',
    group: 'Clips',
    keys: ['Alt+ArrowUp'],
    run: (studio) => moveSelected(studio, -1),
  },
  later: {
    label: 'Later in the reel',
    group: 'Clips',
    keys: ['Alt+ArrowDown'],
    run: (studio) => moveSelected(studio, 1),
  },
  rate_1: rate(1),
  rate_2: rate(2),
  rate_3: rate(3),
  rate_4: rate(4),
  rate_5: rate(5),
  rate_0: rate(0),

  keep_crop: { label: 'Keep the crop here', group: 'Framing', keys: ['F'], run: keepCrop },
  cut_crop: { label: 'Jump or glide to the keyframe', group: 'Framing', keys: ['X'], run: toggleCut },
  copy_crop: { label: 'Copy the crop', group: 'Framing', keys: ['C'], run: copyCrop },
  paste_crop: { label: 'Paste the crop here', group: 'Framing', keys: ['V'], run: pasteCrop },
  doubtful: { label: 'Next doubtful keyframe', group: 'Framing', keys: ['D'], run: goToDoubtful },

  next_player: {
    label: 'Next player on the screen',
    group: 'Overlay',
    keys: ['N'],
    run: (studio) => selectNextPlayer(studio, 1),
  },
  player_before: {
    label: 'Player before',
    group: 'Overlay',
    keys: ['Shift+N'],
    run: (studio) => selectNextPlayer(studio, -1),
  },
  highlight_player: { label: 'Highlight the selected player', group: 'Overlay', keys: ['H'], run: highlightSelected },
  split_player: {
    label: 'The selected player is someone else from here on',
    group: 'Overlay',
    keys: ['Shift+S'],
    run: splitPlayer,
  },

  undo: { label: 'Undo', group: 'Project', keys: ['Mod+Z'], run: ({ session }) => session.undo() },
  redo: { label: 'Redo', group: 'Project', keys: ['Mod+Shift+Z', 'Mod+Y'], run: ({ session }) => session.redo() },
  save: { label: 'Save now', group: 'Project', keys: ['Mod+S'], run: ({ session }) => session.flush() },
  let_go: {
    label: 'Forget the mark, select nothing',
    group: 'Project',
    keys: ['Escape'],
    run: ({ session }) => session.store.set({ markInS: null, selected: [], keyframes: [] }),
  },
  help: {
    label: 'Show and change keys',
    group: 'Project',
    keys: ['?'],
    run: ({ ui }) => ui.set({ sheet: 'shortcuts' }),
  },
} as const satisfies Readonly<Record<string, Command>>

export type CommandName = keyof typeof COMMANDS
export const COMMAND_NAMES = Object.keys(COMMANDS) as CommandName[]
