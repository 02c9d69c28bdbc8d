import { awsContract } from './aws-contract.ts';
import { startMotoEmulator } from './support/emulator.ts';
import { withoutPython } from './support/python.ts';

awsContract('moto', startMotoEmulator, withoutPython);
