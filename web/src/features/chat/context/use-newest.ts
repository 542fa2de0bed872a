import { useState } from "react";

/** The value last said to be new: one that is known to be old does not come back between two new ones. */
export function useNewest<Value>(value: Value, isNew: boolean): Value {
  const [newest, setNewest] = useState(value);
  if (isNew && newest !== value) setNewest(value);
  return isNew ? value : newest;
}
