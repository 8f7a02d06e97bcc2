import { type LatinLetters, plainLetters } from "../../letters.ts";

/** Letters without accents, as ASCII: `Größe` is `Groesse`, `Køn` is `Kon`, `Õ` is `O`. */
export function toAscii(text: string): string {
  return text
    .normalize("NFC")
    .replace(/[^\x20-\x7e]/g, (letter, at: number, whole: string) => {
      const plain = spelled[letter.toLowerCase()];
      if (plain === undefined) return letter;
      const isSmall = letter === letter.toLowerCase();
      // `GEBÜHR` is `GEBUEHR`, and `Übung` `Uebung`; a capital ß is hardly ever written.
      const beside = whole.charAt(at - 1) + (letter === "ß" ? "" : whole.charAt(at + 1));
      if (/\p{Lu}/u.test(beside) && (!isSmall || letter === "ß")) return plain.toUpperCase();
      return isSmall ? plain : plain.charAt(0).toUpperCase() + plain.slice(1);
    })
    .normalize("NFD")
    .replace(/\p{M}/gu, "")
    .replace(/[^\x20-\x7e]/g, "_");
}

const spelled: LatinLetters = { ...plainLetters, ä: "ae", ö: "oe", ü: "ue" };
