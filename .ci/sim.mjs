// The controller on a turned clock, under every fault: see test/sim/README.md.
import '../test/sim/main.ts';
