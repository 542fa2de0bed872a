import type { ReactNode } from "react";
import type { Model } from "../../shared/api/types";

/** What the app lends the chat from other features. */
export interface ChatSlots {
  /** Null until they are known. */
  models: readonly Model[] | null;
  renderModelPicker: (picker: ModelPickerSlot) => ReactNode;
  onManageModels: () => void;
}

export interface ModelPickerSlot {
  value: string | null;
  onChange: (modelId: string) => void;
  open: boolean;
  onOpenChange: (open: boolean) => void;
}
