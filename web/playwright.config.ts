import { defineConfig } from "@playwright/test";

// Debian's Chromium; the test runner must not fetch a browser of its own.
export default defineConfig({
  testDir: "tests",
  timeout: 240_000, // two busy cores are slow; what is asserted is never a time
  workers: 1,
  forbidOnly: true,
  reporter: "list",
  use: {
    browserName: "chromium",
    baseURL: process.env.SATHACH_TEST_URL,
    launchOptions: {
      executablePath: process.env.CHROMIUM || "/usr/bin/chromium",
      args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"],
    },
  },
});
