/**
 * How a function becomes one file, in esbuild's words. The SDK is bundled at the locked version instead of whatever the
 * runtime carries; only its other ways to find credentials stay out. They are loaded when the environment has none, and
 * Lambda's always has.
 */
export const bundle = {
  format: "esm",
  platform: "node",
  target: "node24",
  mainFields: ["module", "main"],
  minify: true,
  external: [
    "@aws-sdk/credential-provider-http",
    "@aws-sdk/credential-provider-ini",
    "@aws-sdk/credential-provider-login",
    "@aws-sdk/credential-provider-process",
    "@aws-sdk/credential-provider-sso",
    "@aws-sdk/credential-provider-web-identity",
    "@aws-sdk/nested-clients",
    "@smithy/credential-provider-imds",
  ],
  /** Packages in CommonJS ask for Node's own modules by `require`, which a module does not have. */
  banner: { js: "import{createRequire as __cr}from'node:module';const require=__cr(import.meta.url);" },
} as const;
