/** What the list of models, which belongs to another part of the page, is given to show a choice. */
export interface ModelSlot {
  value: string | null;
  onChange: (modelId: string) => void;
  open: boolean;
  onOpenChange: (open: boolean) => void;
}
