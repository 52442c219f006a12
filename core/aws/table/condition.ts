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
