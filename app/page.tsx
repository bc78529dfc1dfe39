export default function Home() {
  return <h1>ReelBallers</h1>
}
