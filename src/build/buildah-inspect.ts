/** What an image says of itself. */
export interface InspectedImage {
  readonly architecture: string;
  /** Undefined: it does not say. */
  readonly sizeBytes: number | undefined;
}

/** Asks for one line that `readInspected` reads. buildah says no size of an image, but its manifest has those of its layers. */
export function inspectFormat(flavour: 'buildah' | 'podman'): string {
  return flavour === 'podman' ? '{{.Architecture}} {{.Size}}' : '{{.Docker.Architecture}} {{.Manifest}}';
}

export function readInspected(line: string): InspectedImage {
  const [architecture = '', ...rest] = line.trim().split(' ');
  const size = rest.join(' ');
  return { architecture, sizeBytes: /^\d+$/.test(size) ? Number(size) : layersBytes(size) };
}

function layersBytes(manifest: string): number | undefined {
  try {
    const { layers } = JSON.parse(manifest) as { readonly layers?: readonly { readonly size?: number }[] };
    return layers?.reduce((total, { size }) => total + (size ?? 0), 0);
  } catch {
    return undefined;
  }
}
