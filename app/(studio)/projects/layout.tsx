import { MemberLayout } from '#app/_components/shell/member-layout.tsx'

export const runtime = 'edge'

export default MemberLayout
