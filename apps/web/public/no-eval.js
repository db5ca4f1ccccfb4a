// zod tries once whether it may make code from text; the page's policy refuses that and reports it. This spares the try.
// It has to stand before any module: schemas are made while modules load.
globalThis.__zod_globalConfig = { jitless: true };
