/** Stops with one line when this Node is too old: `npm run` puts Node 24 first on the path where npm could install it. */
export function checkNode() {
  const major = Number(process.versions.node.split('.')[0]);
  if (major >= 24) return;
  console.error(
    `Atelier needs Node 24 and this is ${process.version}. On Linux \`npm ci\` brings it along (without --omit=optional) and \`npm start\` uses it; elsewhere install Node 24 or newer.`,
  );
  process.exit(1);
}
