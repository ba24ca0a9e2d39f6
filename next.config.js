// The console's pages. Built as a standalone tree that dist/riverglass.js serves by itself;
// it contains no native module, since pages reach the server's services through one interface
// (see server/console/handle.ts).

/** @type {import('next').NextConfig} */
export default {
  output: 'standalone',
  agentRules: false,
  poweredByHeader: false,
  devIndicators: false,
  reactStrictMode: true,
  images: { unoptimized: true },
  outputFileTracingRoot: import.meta.dirname,
  // Types are checked once, by `npm test`, over the whole repository.
  typescript: { tsconfigPath: 'tsconfig.json', ignoreBuildErrors: true },
}
