/**
 * Given names that people go by another name for, by culture: `Name: nickname/nickname`. They are the most common names
 * of the city, so that nicknames, namesakes and name frequencies occur as they do in a real one.
 */
export interface GivenNames {
  readonly female: string;
  readonly male: string;
}

export const nicknamed = {
  english: {
    female: `Margaret: Peggy/Maggie/Meg, Elizabeth: Liz/Beth/Betty, Katherine: Kate/Kathy, Jennifer: Jenny/Jen,
      Jessica: Jess, Rebecca: Becky, Susan: Sue/Susie, Patricia: Trish/Patty, Barbara: Barb/Babs, Deborah: Debbie,
      Victoria: Vicky/Tori, Samantha: Sam, Alexandra: Alex/Sandra, Christine: Chris/Tina, Theresa: Terry/Tess,
      Dorothy: Dot/Dolly, Eleanor: Nell/Ellie, Abigail: Abby, Pamela: Pam, Kimberly: Kim, Judith: Judy, Frances: Fran,
      Josephine: Jo/Josie, Amanda: Mandy, Philippa: Pippa, Isabella: Bella/Izzy`,
    male: `William: Bill/Will/Billy, Robert: Bob/Rob/Bobby, Richard: Dick/Rick/Rich, James: Jim/Jimmy, John: Jack/Johnny,
      Michael: Mike/Mick, Thomas: Tom/Tommy, Charles: Charlie/Chuck, Edward: Ed/Ted/Eddie, Henry: Harry/Hank,
      Joseph: Joe/Joey, Daniel: Dan/Danny, Matthew: Matt, Christopher: Chris/Kit, Anthony: Tony, Alexander: Alex/Sandy,
      Benjamin: Ben, Samuel: Sam, Andrew: Andy/Drew, David: Dave, Patrick: Paddy/Pat, Stephen: Steve, Nicholas: Nick,
      Jonathan: Jon, Timothy: Tim, Gregory: Greg, Peter: Pete, Lawrence: Larry, Ronald: Ron, Frederick: Fred/Freddie`,
  },
  german: {
    female: `Katharina: Kathi/Käthe, Elisabeth: Lisa/Sissi, Margarete: Grete/Gretel, Johanna: Hanna, Susanne: Susi,
      Ursula: Uschi, Franziska: Franzi, Stefanie: Steffi, Alexandra: Alex, Gabriele: Gabi, Christina: Tina,
      Theresia: Resi, Anneliese: Anne`,
    male: `Johannes: Hans/Hannes, Wilhelm: Willi, Friedrich: Fritz, Josef: Sepp/Jupp, Maximilian: Max, Sebastian: Basti,
      Alexander: Alex, Heinrich: Heinz/Heiner, Ludwig: Lutz, Michael: Michi, Wolfgang: Wolf, Nikolaus: Klaus,
      Joachim: Jochen, Günther: Günni`,
  },
  spanish: {
    female: `Guadalupe: Lupe, Dolores: Lola, Concepción: Concha, Mercedes: Merche, Rosario: Charo, Teresa: Tere,
      Isabel: Isa/Chabela, Francisca: Paca, Josefa: Pepa, Beatriz: Bea, Consuelo: Chelo`,
    male: `Francisco: Paco/Pancho, José: Pepe, Ignacio: Nacho, Enrique: Quique, Manuel: Manolo, Jesús: Chus, Antonio: Toño,
      Eduardo: Edu, Alejandro: Álex, Rafael: Rafa, Guillermo: Guille/Memo, Santiago: Santi, Alberto: Beto`,
  },
  polish: {
    female: `Aleksandra: Ola, Małgorzata: Gosia, Katarzyna: Kasia, Joanna: Asia, Agnieszka: Aga, Barbara: Basia, Anna: Ania,
      Maria: Marysia, Magdalena: Magda, Elżbieta: Ela, Zofia: Zosia, Krystyna: Krysia, Ewa: Ewka`,
    male: `Jan: Janek/Jaś, Stanisław: Staszek, Jakub: Kuba, Piotr: Piotrek, Tomasz: Tomek, Wojciech: Wojtek,
      Krzysztof: Krzysiek, Andrzej: Jędrek, Michał: Misiek, Grzegorz: Grzesiek, Paweł: Pawełek, Józef: Józek`,
  },
  turkish: {
    female: `Fatma: Fatoş, Zeynep: Zeyno, Emine: Emoş, Hatice: Hatçe, Elif: Elifçe, Meryem: Mero, Gülizar: Gülo`,
    male: `Mehmet: Memo, İbrahim: İbo, Süleyman: Sülo, Hüseyin: Hüso, Abdullah: Apo, Ramazan: Ramo, Mustafa: Musti,
      Hasan: Haso`,
  },
  russian: {
    female: `Ekaterina: Katya, Mariya: Masha, Natalya: Natasha, Anastasiya: Nastya, Tatyana: Tanya, Olga: Olya, Elena: Lena,
      Svetlana: Sveta, Yuliya: Yulya, Anna: Anya, Lyudmila: Lyuda, Galina: Galya, Aleksandra: Sasha`,
    male: `Aleksandr: Sasha/Shura, Dmitriy: Dima/Mitya, Vladimir: Vova/Volodya, Mikhail: Misha, Nikolay: Kolya,
      Sergey: Seryozha, Ivan: Vanya, Evgeniy: Zhenya, Aleksey: Lyosha, Pavel: Pasha, Konstantin: Kostya, Yuriy: Yura`,
  },
  swedish: {
    female: `Margareta: Greta/Maggan, Kristina: Stina/Kicki, Birgitta: Gittan, Elisabet: Lisa/Bettan, Katarina: Kattis,
      Ingrid: Inga, Charlotta: Lotta, Susanna: Sussi, Viktoria: Vickan`,
    male: `Karl: Kalle, Lars: Lasse, Nils: Nisse, Per: Pelle, Joakim: Jocke, Gustav: Gurra, Oskar: Ogge, Anders: Ante,
      Tomas: Tompa, Mikael: Micke, Fredrik: Frille, Alexander: Alex`,
  },
  french: {
    female: `Élisabeth: Babette, Marguerite: Margot, Catherine: Cathy, Véronique: Véro, Stéphanie: Steph, Geneviève: Ginette,
      Alexandra: Alex, Dominique: Domi, Françoise: Fanchon, Isabelle: Isa, Gabrielle: Gaby`,
    male: `Alexandre: Alex, Frédéric: Fred, Nicolas: Nico, Sébastien: Seb, Christophe: Chris, Philippe: Phil, Benjamin: Benji,
      Dominique: Dom, Emmanuel: Manu, Maximilien: Max, Grégory: Greg, Mathieu: Mat`,
  },
} as const satisfies Record<string, GivenNames>;

export type CultureName = keyof typeof nicknamed;

/** Nicknames by given name: `Bill`, `Will` and `Billy` for `William`. */
export const nicknamesOf: ReadonlyMap<string, readonly string[]> = new Map(
  Object.values(nicknamed).flatMap(({ female, male }) => [...readNames(female), ...readNames(male)]),
);

/** Reads `Name: nickname/nickname, Name: ...`. */
export function readNames(text: string): [name: string, nicknames: string[]][] {
  return text.split(",").map((entry) => {
    const [name = "", nicknames = ""] = entry.split(":");
    return [name.trim(), nicknames.trim().split("/")];
  });
}
