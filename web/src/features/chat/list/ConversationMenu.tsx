import { useState } from "react";
import type { Conversation } from "../../../shared/api/types";
import { IconButton } from "../../../shared/ui/IconButton";
import { Menu, MenuItem } from "../../../shared/ui/Menu";
import { words } from "../words";
import { RenameDialog } from "./RenameDialog";
import { useConversationDeeds } from "./use-conversation-deeds";

/** What can be done with a whole conversation. */
export function ConversationMenu({
  conversation,
  isOpen,
  onLeave,
  onReturn,
  className,
}: {
  conversation: Conversation;
  /** It is the one being read: deleting it leads away, undoing leads back. */
  isOpen: boolean;
  onLeave: () => void;
  onReturn: () => void;
  className?: string | undefined;
}) {
  const deeds = useConversationDeeds();
  const [isRenaming, setIsRenaming] = useState(false);
  const remove = () => {
    void deeds.remove(conversation, isOpen ? onReturn : () => {});
    if (isOpen) onLeave();
  };
  return (
    <>
      <Menu trigger={<IconButton icon="more" label={words.more} className={className} />}>
        <MenuItem icon="pen" onSelect={() => setIsRenaming(true)}>
          {words.rename}
        </MenuItem>
        <MenuItem icon="trash" loss onSelect={remove}>
          {words.delete}
        </MenuItem>
      </Menu>
      {isRenaming && (
        <RenameDialog
          title={conversation.title ?? ""}
          onClose={() => setIsRenaming(false)}
          onRename={(title) => {
            setIsRenaming(false);
            void deeds.rename(conversation, title);
          }}
        />
      )}
    </>
  );
}
