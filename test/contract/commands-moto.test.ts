import { commandContract } from './command-contract.ts';
import { motoGround } from './support/command-stand.ts';
import { withoutPython } from './support/python.ts';

// moto keeps some settings from the first update on and not from creation (see divergences.ts).
commandContract({ name: 'moto', ground: motoGround, skip: withoutPython, corrections: ['UpdateService'] });
