/** Registries other than ECR, by the registry protocol. */
export interface ImageRegistries {
  /**
   * The digest that `registry/repository:tag` names now. Undefined only when the registry itself says that it has no such
   * image. Throws when it cannot be reached or refuses.
   */
  digestOf(
    image: { readonly registry: string | undefined; readonly repository: string; readonly tag: string },
    signal: AbortSignal,
  ): Promise<string | undefined>;
}
