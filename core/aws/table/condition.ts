/** Whether a conditional write was refused by its condition. */
export function isConditionFailure(error: unknown): boolean {
  return (error as { cause?: { name?: string } }).cause?.name === "ConditionalCheckFailedException";
}

/** Whether a conditional write took effect: false when its condition refused it. Any other failure is thrown. */
export async function tookEffect(write: Promise<unknown>): Promise<boolean> {
  try {
    await write;
    return true;
  } catch (error) {
    if (isConditionFailure(error)) return false;
    throw error;
  }
}

interface Operations {
  eq: (name: never, value: never) => string;
  notExists: (name: never) => string;
}

/** The condition that an attribute is as it was read, there or not. */
export function isOrIsNot(attribute: unknown, value: unknown, { eq, notExists }: Operations): string {
  return value === undefined ? notExists(attribute as never) : eq(attribute as never, value as never);
}
