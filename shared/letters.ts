/** What stands for a letter in plain Latin ones, by the letter in lower case. */
export type LatinLetters = Readonly<Record<string, string>>;

/** Latin letters that are more than a base letter with marks: Unicode takes none of them apart. */
export const plainLetters: LatinLetters = {
  ß: "ss",
  ø: "o",
  æ: "ae",
  œ: "oe",
  ł: "l",
  đ: "d",
  ð: "d",
  þ: "th",
  ı: "i",
  ħ: "h",
  ŋ: "n",
  ə: "a",
};

/** Cyrillic letters on whose Latin spelling romanisations agree; Ъ and Ь, which have none, are left out. */
const cyrillic: LatinLetters = {
  а: "a",
  б: "b",
  в: "v",
  г: "g",
  д: "d",
  е: "e",
  ж: "zh",
  з: "z",
  и: "i",
  к: "k",
  л: "l",
  м: "m",
  н: "n",
  о: "o",
  п: "p",
  р: "r",
  с: "s",
  т: "t",
  у: "u",
  ф: "f",
  х: "kh",
  ц: "ts",
  ч: "ch",
  ш: "sh",
  щ: "shch",
  ъ: "",
  ы: "y",
  ь: "",
  э: "e",
  є: "ie",
  і: "i",
  ї: "i",
  ў: "u",
  ј: "j",
  љ: "lj",
  њ: "nj",
  ћ: "c",
  ђ: "dj",
  џ: "dz",
  ґ: "g",
  қ: "q",
  ғ: "g",
  ң: "n",
  ө: "o",
  ұ: "u",
  ү: "u",
  һ: "h",
};

/** As passports print Cyrillic names (ICAO Doc 9303, part 3), without a trace of Ъ. */
export const passportRomanisation: LatinLetters = {
  ...cyrillic,
  ё: "e",
  й: "i",
  ю: "iu",
  я: "ia",
};

/** As English texts spell Cyrillic names (BGN/PCGN), with `yo` for Ё. */
export const englishRomanisation: LatinLetters = { ...cyrillic, ё: "yo", й: "y", ю: "yu", я: "ya" };
