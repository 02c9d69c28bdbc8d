/** One service's client, by operation name. */
export interface SdkService {
  send(operation: string, input: object, signal: AbortSignal): Promise<object>;
  /** Closes its connections, those in use too. */
  destroy(): void;
}

/** A class of the SDK that makes a command of an input. */
export type CommandClass = new (input: never) => object;

interface SdkClient {
  send(command: never, options: { readonly abortSignal: AbortSignal }): Promise<object>;
  destroy(): void;
}

export function sdkService(client: SdkClient, commands: Readonly<Record<string, CommandClass>>): SdkService {
  return {
    send(operation, input, signal) {
      const command = commands[operation];
      if (command === undefined) throw new Error(`no command for ${operation}`);
      return client.send(new command(input as never) as never, { abortSignal: signal });
    },
    destroy: () => client.destroy(),
  };
}
