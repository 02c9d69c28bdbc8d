import { commandContract } from './command-contract.ts';
import { sandboxGround } from './support/command-stand.ts';

commandContract({ name: 'the sandbox', ground: sandboxGround, skip: false, corrections: [] });
