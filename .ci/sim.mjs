// The controller on a turned clock, under every fault: see test/sim/README.md.

const planted = process.argv.includes('--planted');
await import(planted ? '../test/sim/planted.ts' : '../test/sim/main.ts');
