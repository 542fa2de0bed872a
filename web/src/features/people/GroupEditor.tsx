import { useState } from "react";
import type { Group, Me } from "../../shared/api/types";
import { Field } from "../../shared/ui/Field";
import { showToast } from "../../shared/ui/toast-list";
import { FormDialog } from "../../shared/ui/FormDialog";
import { PermissionChecks } from "./PermissionChecks";
import { addGroup, changeGroup, type GroupDraft } from "./queries";
import { usePeopleDeeds } from "./use-people-deeds";
import { words } from "./words";

const blank: GroupDraft = { name: "", description: "", permissions: [], models: [] };

/** Makes a group, or changes one. What it allows is said by whoever may say what roles are allowed. */
export function GroupEditor({
  me,
  group,
  onClose,
}: {
  me: Me;
  group?: Group;
  onClose: () => void;
}) {
  const { attempt } = usePeopleDeeds();
  const [draft, setDraft] = useState<GroupDraft>(group ?? blank);
  const [isChecked, setIsChecked] = useState(false);
  const [models, setModels] = useState((group?.models ?? []).join(", "));
  const { name, description, permissions } = draft;
  const isNameless = name.trim() === "";
  const mayAllow = me.permissions.includes("role.manage");
  const save = async () => {
    setIsChecked(true);
    if (isNameless) return;
    const sent = { name: name.trim(), description, permissions, models: namesIn(models) };
    const isDone = group
      ? await attempt(
          () => changeGroup(group.id, sent),
          () => tellChanged(group),
        )
      : await attempt(
          () => addGroup(sent),
          () => showToast(words.groupMade(sent.name)),
        );
    if (isDone) onClose();
  };
  const tellChanged = ({ id, name, description, permissions, models }: Group) =>
    showToast(words.groupChanged(name), {
      undo: () => void attempt(() => changeGroup(id, { name, description, permissions, models })),
    });
  return (
    <FormDialog
      title={group?.name ?? words.makeGroup}
      submit={group ? words.save : words.makeGroup}
      wide
      onSubmit={() => void save()}
      onClose={onClose}
    >
      <Field
        label={words.name}
        autoFocus
        maxLength={100}
        value={name}
        onChange={(event) => setDraft({ ...draft, name: event.target.value })}
        error={isChecked && isNameless ? words.nameMissing : undefined}
      />
      <Field
        label={words.description}
        maxLength={500}
        value={description}
        onChange={(event) => setDraft({ ...draft, description: event.target.value })}
      />
      <Field
        label={words.groupModels}
        value={models}
        onChange={(event) => setModels(event.target.value)}
        hint={words.groupModelsHint}
      />
      {mayAllow && (
        <PermissionChecks
          legend={words.groupAllows}
          chosen={permissions}
          onChange={(chosen) => setDraft({ ...draft, permissions: chosen })}
        />
      )}
    </FormDialog>
  );
}

function namesIn(typed: string): string[] {
  return typed
    .split(",")
    .map((name) => name.trim())
    .filter((name) => name !== "");
}
