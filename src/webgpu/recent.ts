/** Things by key that are made on first use; of more than are kept, the one unused for longest is destroyed. */
export interface Recent<Item> {
  get(key: string, make: () => Item): Item;
  clear(): void;
}

export function keepRecent<Item extends { destroy(): void }>(most: number): Recent<Item> {
  // In the order of their last use.
  const items = new Map<string, Item>();
  return {
    get(key, make) {
      const item = items.get(key) ?? make();
      items.delete(key);
      items.set(key, item);
      for (const [oldest, old] of items) {
        if (items.size <= most) break;
        items.delete(oldest);
        old.destroy();
      }
      return item;
    },
    clear() {
      for (const item of items.values()) item.destroy();
      items.clear();
    },
  };
}
