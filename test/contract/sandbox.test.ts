import { awsContract } from './aws-contract.ts';
import { startSandboxEmulator } from './support/emulator.ts';

awsContract('sandbox', startSandboxEmulator, false);
