'use client'

import { type RefObject, useCallback, useEffect, useState } from 'react'

/** More than this apart and the follower is set to the leader's time; half a frame at 25 fps. */
const TOLERANCE_S = 0.02

interface Playback {
  playing: boolean
  currentS: number
  durationS: number
  toggle(): void
  seek(seconds: number): void
}

/**
 * Plays two videos as one: the leader is what the user controls (and hears), the follower is kept on the same frame. It starts
 * by itself only when asked to, when motion is welcome, and while it is on screen.
 */
export function useSyncedPlayback(
  leader: RefObject<HTMLVideoElement | null>,
  follower: RefObject<HTMLVideoElement | null> | null,
  autoPlay: boolean,
): Playback {
  const [playing, setPlaying] = useState(false)
  const [currentS, setCurrentS] = useState(0)
  const [durationS, setDurationS] = useState(0)

  useEffect(() => {
    const video = leader.current
    if (!video) return
    const onTime = () => setCurrentS(video.currentTime)
    const onDuration = () => setDurationS(Number.isFinite(video.duration) ? video.duration : 0)
    const onPlay = () => {
      setPlaying(true)
      void follower?.current?.play().catch(() => undefined)
    }
    const onPause = () => {
      setPlaying(false)
      follower?.current?.pause()
      align(video, follower?.current ?? null)
    }
    const onSeek = () => align(video, follower?.current ?? null)
    const events = [
      ['timeupdate', onTime],
      ['durationchange', onDuration],
      ['loadedmetadata', onDuration],
      ['play', onPlay],
      ['pause', onPause],
      ['seeking', onSeek],
    ] as const
    for (const [name, handler] of events) video.addEventListener(name, handler)
    onDuration()
    return () => {
      for (const [name, handler] of events) video.removeEventListener(name, handler)
    }
  }, [leader, follower])

  useFrameLock(leader, follower, playing)
  useStartOnScreen(leader, autoPlay)

  const toggle = useCallback(() => {
    const video = leader.current
    if (!video) return
    if (video.paused) void video.play().catch(() => undefined)
    else video.pause()
  }, [leader])
  const seek = useCallback(
    (seconds: number) => {
      const video = leader.current
      if (!video) return
      video.currentTime = Math.min(Math.max(0, seconds), video.duration || 0)
      setCurrentS(video.currentTime)
    },
    [leader],
  )
  return { playing, currentS, durationS, toggle, seek }
}

function align(leader: HTMLVideoElement, follower: HTMLVideoElement | null): void {
  if (follower && Math.abs(follower.currentTime - leader.currentTime) > TOLERANCE_S) {
    follower.currentTime = leader.currentTime
  }
}

/** While playing, small drifts are steered away by speed, which does not stutter; large ones by a seek. */
function useFrameLock(
  leader: RefObject<HTMLVideoElement | null>,
  follower: RefObject<HTMLVideoElement | null> | null,
  playing: boolean,
): void {
  useEffect(() => {
    if (!playing) return
    let handle = 0
    const step = () => {
      const a = leader.current
      const b = follower?.current
      if (a && b && b.readyState >= HTMLMediaElement.HAVE_CURRENT_DATA && !b.seeking) {
        const drift = a.currentTime - b.currentTime
        if (Math.abs(drift) > 0.25) b.currentTime = a.currentTime
        else b.playbackRate = a.playbackRate * (1 + Math.max(-0.2, Math.min(0.2, drift * 2)))
      }
      handle = requestAnimationFrame(step)
    }
    handle = requestAnimationFrame(step)
    return () => cancelAnimationFrame(handle)
  }, [leader, follower, playing])
}

function useStartOnScreen(leader: RefObject<HTMLVideoElement | null>, autoPlay: boolean): void {
  useEffect(() => {
    const video = leader.current
    if (!autoPlay || !video || matchMedia('(prefers-reduced-motion: reduce)').matches) return
    let stoppedByUs = true
    const observer = new IntersectionObserver(
      ([entry]) => {
        if (entry?.isIntersecting && stoppedByUs) void video.play().catch(() => undefined)
        if (entry && !entry.isIntersecting) {
          stoppedByUs = !video.paused
          video.pause()
        } else stoppedByUs = false
      },
      { threshold: 0.25 },
    )
    observer.observe(video)
    return () => observer.disconnect()
  }, [leader, autoPlay])
}
