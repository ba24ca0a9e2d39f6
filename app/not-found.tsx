import Link from 'next/link'

export default function NotFound() {
  return (
    <main className="mx-auto flex max-w-3xl flex-col gap-3 p-6">
      <h1 className="font-semibold text-xl">There is no such page</h1>
      <p>The address does not lead to anything in this console.</p>
      <p>
        <Link href="/" className="text-accent underline">
          Go to the first cluster
        </Link>
      </p>
    </main>
  )
}
