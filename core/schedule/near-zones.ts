const names = Intl.supportedValuesOf("timeZone");
const most = 3;

/** Letters only, in lower case and without accents: "São Paulo" is "saopaulo", as America/Sao_Paulo's city is. */
const lettersOf = (text: string) =>
  text
    .normalize("NFD")
    .toLowerCase()
    .replace(/[^a-z]/g, "");

const cityOf = (name: string) => lettersOf(name.split("/").at(-1) ?? "");

/** Zones that somebody may have meant: those of this city, else those of a name that is one or two letters away. */
export function nearZones(text: string): string[] {
  const [wanted, city] = [lettersOf(text), cityOf(text)];
  if (city.length < 3) return [];
  const ofCity = names.filter((name) => cityOf(name) === city || cityOf(name) === wanted);
  if (ofCity.length > 0) return ofCity.slice(0, most);
  const slips = city.length < 6 ? 1 : 2;
  return names
    .map((name) => ({ name, far: Math.min(distance(lettersOf(name), wanted), distance(cityOf(name), city)) }))
    .filter(({ far }) => far <= slips)
    .sort((a, b) => a.far - b.far)
    .slice(0, most)
    .map(({ name }) => name);
}

/** How many letters have to be changed, added or left out to make one word the other (Levenshtein). */
function distance(one: string, other: string): number {
  let row = Array.from({ length: other.length + 1 }, (_, column) => column);
  for (const [index, letter] of [...one].entries()) {
    const next = [index + 1];
    for (const [column, wanted] of [...other].entries()) {
      const replaced = (row[column] ?? 0) + (letter === wanted ? 0 : 1);
      next.push(Math.min(replaced, (row[column + 1] ?? 0) + 1, (next[column] ?? 0) + 1));
    }
    row = next;
  }
  return row.at(-1) ?? 0;
}
