import { InvalidArgumentError } from "commander";

/** Parses the value of a flag; the API tells whether it is in range. */
export function wholeNumber(value: string): number {
  if (!/^-?\d{1,15}$/.test(value)) throw new InvalidArgumentError("It must be a whole number such as 25.");
  return Number(value);
}

export function numberUpTo(most: number): (value: string) => number {
  return (value) => {
    const number = /^\d{1,15}$/.test(value) ? Number(value) : 0;
    if (number < 1 || number > most) throw new InvalidArgumentError(`It must be a whole number from 1 to ${most}.`);
    return number;
  };
}
