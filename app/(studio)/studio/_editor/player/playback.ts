import { createStore, type Store } from '#app/(studio)/studio/_editor/session/store.ts'
import { evenClock, type FrameClock, seekTime } from '#lib/core/project/frame-clock.ts'

export interface PlaybackState {
  readonly clock: FrameClock
  /** The frame on the screen, or the one being sought. */
  readonly frame: number
  readonly playing: boolean
  /** Times normal speed; negative plays backwards. */
  readonly rate: number
  readonly muted: boolean
  /** Something can be shown. */
  readonly ready: boolean
  readonly broken: boolean
  /** Only the kept clips are played, one after the other. */
  readonly reel: boolean
}

export interface PlayRange {
  readonly startS: number
  readonly endS: number
}

/** Gets the element while the frame is on it. */
export type PictureListener = (video: HTMLVideoElement, frame: number) => void

const RATES = [1, 2, 4, 8] as const

/** Drives one video element by frames. Times are the clock's, which the media worker reads from the file itself. */
export class Playback {
  readonly store: Store<PlaybackState>
  #video: HTMLVideoElement | null = null
  #callback = 0
  /** Sought while another seek was under way; the last one wins. */
  #wanted: number | null = null
  #backwards = 0
  #ranges: readonly PlayRange[] = []
  #range = 0
  readonly #listeners = new Set<PictureListener>()

  constructor(durationS: number, fps: number) {
    this.store = createStore<PlaybackState>({
      clock: evenClock(fps, durationS),
      frame: 0,
      playing: false,
      rate: 1,
      muted: false,
      ready: false,
      broken: false,
      reel: false,
    })
  }

  get timeS(): number {
    const { clock, frame } = this.store.get()
    return clock.timeOf(frame)
  }

  /** The real frame times replace the even rate; the same picture stays on the screen. */
  takeClock(clock: FrameClock): void {
    const timeS = this.timeS
    this.store.set({ clock, frame: clock.frameAt(timeS) })
  }

  /** Returns how to let go of the element. */
  attach(video: HTMLVideoElement): () => void {
    this.#video = video
    const stop = new AbortController()
    const on = (event: string, act: () => void) => video.addEventListener(event, act, { signal: stop.signal })
    on('play', () => this.store.set({ playing: true }))
    on('pause', () => {
      if (this.#backwards === 0) this.store.set({ playing: false })
    })
    on('seeked', () => this.#seekAgain())
    on('error', () => this.store.set({ broken: true }))
    on('loadeddata', () => this.store.set({ ready: true, broken: false }))
    on('ended', () => this.#ended())
    on('loadedmetadata', () => this.#measure(video))
    this.#watch(video)
    // A new address of the same video: go on where it was.
    if (this.store.get().frame > 0) this.#seekNow(this.store.get().frame)
    if (video.readyState >= 2) this.store.set({ ready: true })
    return () => {
      stop.abort()
      this.#stopBackwards()
      video.cancelVideoFrameCallback(this.#callback)
      if (this.#video === video) this.#video = null
    }
  }

  seekTime(seconds: number): void {
    this.seekFrame(this.store.get().clock.frameAt(seconds))
  }

  seekFrame(frame: number): void {
    const { clock } = this.store.get()
    const target = Math.min(Math.max(0, Math.round(frame)), Math.max(0, clock.frames - 1))
    this.store.set({ frame: target })
    this.#seekNow(target)
  }

  /** Pauses and moves by frames. */
  step(frames: number): void {
    this.pause()
    this.seekFrame(this.store.get().frame + frames)
  }

  toggle(): void {
    if (this.store.get().playing) this.pause()
    else this.play(1)
  }

  play(rate: number): void {
    const video = this.#video
    if (!video) return
    this.#stopBackwards()
    this.store.set({ rate })
    if (rate < 0) {
      this.#playBackwards(rate)
      return
    }
    const { clock, frame } = this.store.get()
    if (frame >= clock.frames - 1) this.seekFrame(0)
    video.playbackRate = rate
    void video.play().catch(() => this.store.set({ playing: false }))
  }

  pause(): void {
    this.#stopBackwards()
    this.#video?.pause()
    this.store.set({ playing: false, rate: 1, reel: false })
  }

  /** J and L: each press doubles the speed in that direction; the other direction starts again at normal speed. */
  shuttle(direction: 1 | -1): void {
    const { playing, rate } = this.store.get()
    const speed = playing && Math.sign(rate) === direction ? Math.abs(rate) : 0
    const next = RATES.find((candidate) => candidate > speed) ?? RATES.at(-1) ?? 1
    this.play(direction * next)
  }

  setMuted(muted: boolean): void {
    if (this.#video) this.#video.muted = muted
    this.store.set({ muted })
  }

  /** Hears of every picture that is put on the screen, with its frame. Returns how to stop. */
  watchPictures(listener: PictureListener): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  /** Tells the listeners of the picture that is on the screen now, e.g. because they have just come. */
  showAgain(): void {
    if (this.#video && this.#video.readyState >= 2) this.#tell(this.#video)
  }

  #tell(video: HTMLVideoElement): void {
    for (const listener of this.#listeners) listener(video, this.store.get().frame)
  }

  /** Plays ranges one after the other, in their order, from the one the picture is in. */
  playRanges(ranges: readonly PlayRange[]): void {
    const [first] = ranges
    if (!first) return
    const now = this.timeS
    const inside = ranges.findIndex(({ startS, endS }) => now >= startS - 1e-6 && now < endS - 1e-6)
    this.#ranges = ranges
    this.#range = Math.max(0, inside)
    if (inside < 0) this.seekTime(first.startS)
    this.play(1)
    this.store.set({ reel: true })
  }

  #watch(video: HTMLVideoElement): void {
    const onFrame = (_now: number, { mediaTime }: VideoFrameCallbackMetadata) => {
      this.#callback = video.requestVideoFrameCallback(onFrame)
      const { clock, playing } = this.store.get()
      // While a seek is under way the frame that is sought counts, not the one that is left.
      if (this.#wanted === null && !video.seeking) this.store.set({ frame: clock.frameAt(mediaTime) })
      if (this.#wanted === null && !video.seeking) this.#tell(video)
      if (playing) this.#followReel()
    }
    this.#callback = video.requestVideoFrameCallback(onFrame)
  }

  /** A file that only the browser itself can read: its length is known, its frames are guessed. */
  #measure({ duration }: HTMLVideoElement): void {
    const { clock } = this.store.get()
    if (!clock.exact && clock.endS === 0 && Number.isFinite(duration))
      this.store.set({ clock: evenClock(30, duration) })
  }

  #followReel(): void {
    const range = this.#ranges[this.#range]
    const { reel, clock, frame } = this.store.get()
    if (!reel || !range || clock.timeOf(frame + 1) < range.endS - 1e-6) return
    this.#range += 1
    const next = this.#ranges[this.#range]
    if (next) this.seekTime(next.startS)
    else this.pause()
  }

  #ended(): void {
    const { reel } = this.store.get()
    if (reel && this.#ranges[this.#range + 1]) {
      this.#range += 1
      this.seekTime(this.#ranges[this.#range]?.startS ?? 0)
      void this.#video?.play()
    } else this.pause()
  }

  #seekNow(frame: number): void {
    const video = this.#video
    if (!video) return
    if (video.seeking) {
      this.#wanted = frame
      return
    }
    this.#wanted = null
    video.currentTime = seekTime(this.store.get().clock, frame)
  }

  #seekAgain(): void {
    if (this.#wanted !== null) this.#seekNow(this.#wanted)
  }

  /** No browser plays backwards: pictures are sought as fast as they come. */
  #playBackwards(rate: number): void {
    this.#video?.pause()
    this.store.set({ playing: true, rate })
    let lastMs = performance.now()
    let timeS = this.timeS
    const tick = (nowMs: number) => {
      timeS += (rate * (nowMs - lastMs)) / 1000
      lastMs = nowMs
      if (timeS <= 0) {
        this.seekFrame(0)
        return this.pause()
      }
      const frame = this.store.get().clock.frameAt(timeS)
      if (frame !== this.store.get().frame) this.seekFrame(frame)
      this.#backwards = requestAnimationFrame(tick)
    }
    this.#backwards = requestAnimationFrame(tick)
  }

  #stopBackwards(): void {
    if (this.#backwards !== 0) cancelAnimationFrame(this.#backwards)
    this.#backwards = 0
  }
}
