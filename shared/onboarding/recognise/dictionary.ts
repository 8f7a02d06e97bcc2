import { toAscii } from "./ascii.ts";
import { personWords } from "./person-words.ts";
import { sensitiveMeanings } from "./sensitive-words.ts";

/**
 * Words and abbreviations that names of tables and columns are made of, in English, German, French, Spanish, Dutch and
 * Estonian, by what they mean: one or several English words. Accents are written without. To teach a word, add it to
 * the line of its meaning; an abbreviation that means several things belongs to the commoner one. Words for people in
 * further languages are in person-words.ts.
 */
const meanings: Readonly<Record<string, string>> = {
  // Persons' names
  "last name":
    "surname surnam lastname lname lnm lstnm lastnm famname famnam familyname famname surn nachname nachnam nname zuname familienname familiennam apellido apellidos apell achternaam perekonnanimi perenimi pnimi sukunimi nomfamille snam",
  "first name":
    "firstname fname fnm fstnm forename forenam firstnam givenname givname vorname vornam vname rufname prenom prenoms voornaam voornamen eesnimi enimi gvnnam gvnm gname",
  "middle name": "middlename mname midname tussenvoegsel",
  "birth name":
    "birthname maidenname maiden geburtsname gebname geborene nomnaissance apellidonacimiento geboortenaam meisjesnaam sunninimi neiupolvenimi brtsur brtname mdnnam",
  "patronymic name": "patronymic patnam patronym patronyme isanimi vatersname",
  "full name": "fullname flnm vollname nomcomplet nombrecompleto volledigenaam taisnimi dispname displayname",
  "alternative name": "alias aka aliasname nickname othername",
  name: "nam nm nom nombre naam nimi names bezeichner",
  given: "gvn givn",
  family: "familie famille familia fam pere perekond",
  initials: "initial inits",
  title: "ttl titel anrede salutation tiitel civilite tratamiento aanhef",
  // Birth and death
  birth:
    "born brt brth bth geb geburt geburts geboren naissance naiss nacimiento nac geboorte gebor sunni sunniaeg synni",
  "birth date":
    "dob birthdate birthday bday bdate brthdt brtdt birthdt dtnaiss datenaissance ddn fecnac fechanacimiento geburtsdatum gebdat gebdatum gebdt geboortedatum gbdat sunnikuupaev sunniaeg synniaeg",
  "death date":
    "dod deathdate deathdt dthdt sterbedatum sterbedat todesdatum datedeces fechadefuncion overlijdensdatum surmakuupaev surmaaeg",
  death: "deat dth died deceased sterbe tod todes deces defuncion overleden overlijden surm surma",
  gender: "sex sx geschlecht gschl geschl sexe sexo geslacht sugu sexcd gend",
  // Numbers of people
  "national id":
    "natlid natid nid nationalid nationalno ssn nino persnr pnr personnummer steuerid steueridnr idnr nir nuir numsecu insee dni nif nie bsn burgerservicenummer sofinr isikukood ikood personalcode personcode perscode taxid tin svnr ahv socialsecurity nationalnumber",
  passport: "reisepass pasaporte passeport paspoort passnr",
  // Address
  address: "adr addr adres adresse anschrift direccion aadress anschr",
  street:
    "str strt strasse rue calle straat tanav addr1 address1 adr1 strname strassenname line1 addrline1 addressline1 streetname voie domicilio",
  "address line 2": "addr2 address2 adr2 line2 addrline2 addressline2 adressezusatz",
  "house number":
    "houseno housenum housenr hausnr hausnummer hsnr hnr huisnummer huisnr hausno numerocalle numvoie majanr majanumber maja adrno adrnbr house haus bldgno",
  flat: "apartment apt appt wohnung wohn piso korter krt",
  town: "twn city cty ort stadt wohnort ville localite ciudad poblacion localidad plaats woonplaats linn asula townname cityname place municipality gemeinde commune municipio gemeente",
  "post code":
    "postcode postcd postcod pcd pcode zip zipcode zipcd postalcode plz postleitzahl cp codepostal codigopostal postcodenr indeks postiindeks sihtnumber pstcd pstcode postal",
  country: "ctry cntry land pays pais riik countrycode staat",
  region:
    "state province prov county bundesland departement region provincia comunidad maakond provincie stateprovince district",
  // Contact
  phone:
    "tel telno phon phoneno phonenum phonenr telephone telefon telefono telefoon telnr fon fonnr rufnummer phn tlf telef teleph",
  mobile: "cell cellphone handy gsm portable movil mobiel mobiil mob mobiltelefon",
  fax: "faxno faxnr telefax",
  email: "eml mail epost emailaddr emailaddress mailadresse correo courriel correoelectronico",
  // People and bodies
  person: "pers personne persona persoon isik individual indiv persons ppl people personen",
  client: "clt clnt clients kunde kd knd kdn klient",
  customer: "cust cst custmr customers kunden klant cliente klandid",
  citizen: "ctzn citizens buerger burger ciudadano citoyen kodanik einwohner inwoner habitant resident elanik einw inw",
  caller: "anrufer appelant beller helistaja",
  holder: "hldr inhaber titulaire titular houder omanik",
  owner: "own ownr eigentuemer eigner proprietaire propietario eigenaar ownername",
  occupant: "occ occup occupier bewohner mieter tenant locataire inquilino bewoner elanik renter",
  applicant: "applcnt antragsteller demandeur solicitante aanvrager taotleja aplc",
  patient: "pat pt patienten",
  member: "mbr memb mitglied membre miembro lid liige members",
  student: "stud schueler pupil eleve alumno leerling opilane pupils",
  employee:
    "emp empl mitarbeiter angestellter employe empleado werknemer medewerker tootaja employees personnel sachb sachbearbeiter wrkr",
  staff: "personal ametnik",
  user: "usr benutzer utilisateur usuario gebruiker kasutaja login users username",
  doctor: "arzt hausarzt aerztin medecin medico huisarts arst perearst physician",
  inspector: "inspct inspctr pruefer inspecteur",
  "case worker": "casewkr caseworker",
  contact: "cont kontakt ansprechpartner contacto contactpersoon",
  organisation: "org orgn organization company comp firma firm societe empresa bedrijf ettevote verein companyname",
  supplier: "suppl vendor lieferant fournisseur proveedor leverancier tarnija suppliers",
  kind: "typ type typecode art sorte tipo soort liik category cat kategorie categorie categoria ty",
  // Matters
  account: "acct acc acnt konto kto compte cuenta rekening arve accounts",
  award: "awd bewilligung leistung",
  benefit: "bnf benef",
  bill: "rechnung facture factura rekening bills",
  invoice: "inv invc invoices",
  payment: "pymt pmt zahlung paiement pago betaling makse payments",
  permit: "prmt perm genehmigung permis permiso vergunning luba permits",
  inspection: "insp pruefung inspections",
  licence: "lic license lizenz licencia vergunningen",
  case: "fall akte dossier expediente zaak juhtum cases",
  event: "evt ereignis evenement evento gebeurtenis sundmus events",
  civil: "civ civiel",
  registry: "reg register registre registro",
  status: "st sta stat stcd zustand estado statut staat seisund olek stts",
  history: "hst hist historie verlauf historique historial ajalugu",
  meter: "mtr zaehler compteur contador meters",
  reading: "rdg ablesung lectura releve naidud readings",
  premise: "prem premises objekt",
  property: "grundstueck immeuble inmueble kinnistu prop",
  parcel: "flurstueck parcelle parcela katastri parcels",
  tariff: "tarif tarifa tarief",
  order: "ord ordr bestellung commande pedido bestelling tellimus orders",
  product: "prod prd produkt produit producto toode products",
  item: "itm artikel article articulo items",
  line: "lin zeile ligne linea rida lines detail details dtl",
  quantity: "qty anz anzahl menge quantite cantidad aantal kogus",
  price: "preis prix precio prijs hind prc",
  amount: "amt betrag betr montant importe bedrag summa sum somme amnt btr",
  balance: "bal saldo solde",
  fine: "bussgeld amende multa boete trahv",
  shipper: "shippers spediteur transporteur transportista vervoerder",
  notice: "besch bescheid avis aviso",
  copy: "cpy exemplar exemplaire ejemplar exemplaar eksemplar copies",
  shelf: "shlf regal rayon estante riiul",
  out: "aus",
  back: "retour zurueck",
  fee: "gebuehr frais tasa leges loiv fees",
  tax: "steuer impot impuesto belasting maks",
  salary: "sal gehalt salaire salario salaris palk",
  income: "einkommen revenu ingreso inkomen tulu incm",
  rate: "satz taux tasa tarief rt",
  cents: "cts ct cent",
  monthly: "mth mthly monatlich mensuel mensual maand",
  month: "mon monat mois mes kuu",
  year: "yr jahr annee ano jaar aasta yyyy",
  day: "tag jour dia dag paev",
  period: "prd zeitraum periode periodo",
  application: "appl antrag demande solicitud aanvraag taotlus",
  place: "plc lieu lugar koht",
  "valid from": "valfrm validfrom gueltigvon gueltigab",
  "valid until": "valto validto gueltigbis",
  // When, who, how
  date: "dt dat datum dte fecha kuupaev kp",
  time: "tm zeit heure hora tijd aeg tim",
  start: "strt begin beginn anfang debut inicio algus beg",
  end: "ende fin einde lopp",
  from: "frm von alates vanaf",
  until: "bis hasta kuni thru til",
  valid: "val gueltig valide valido geldig kehtiv",
  created: "creat crt crtd erstellt angelegt cree creado aangemaakt loodud createdon added",
  changed:
    "chg chgd modified modif mod upd updated update lastupdate lastupd modifiedon geaendert aenderung aend modifie modificado gewijzigd muudetud wen changedon lastmod lastchange",
  seen: "gesehen vu visto gezien nahtud",
  opened: "open eroeffnet ouvert abierto geopend avatud",
  closed: "clsd close geschlossen ferme cerrado gesloten suletud",
  issued: "issu issd ausgestellt emis emitido uitgegeven valjastatud",
  applied: "apld beantragt",
  due: "faellig echeance vencimiento vervaldatum tahtaeg",
  paid: "bezahlt paye pagado betaald makstud",
  deleted: "del geloescht supprime eliminado verwijderd kustutatud loesch deletedflag isdeleted",
  deactivated: "deactivat inactive inaktiv inactif inactivo inactief deactive disabled gesperrt deact gone weggezogen",
  active: "aktiv actif activo actief aktiivne isactive act",
  cancelled: "canc cancel storno annule anulado geannuleerd tuhistatud canceled void",
  current: "cur curr aktuell actuel actual huidig kehtiv crnt",
  record: "rec satz enregistrement registro",
  who: "createdby modifiedby changedby updatedby benutzerkz",
  sequence: "seq lfdnr lfd folgenr volgnr jrk",
  number: "no nbr nr num numero nummer number nmbr",
  id: "ident key schluessel pk",
  code: "cd kz kennz kennzeichen kood cod codigo schl",
  description: "desc descr descrip beschreibung bezeichnung bez descripcion omschrijving kirjeldus descn label libelle",
  text: "txt texte texto tekst",
  note: "not remark rmk bemerkung bem comment commentaire observacion opmerking markus notes comments notiz notz",
  value: "vlu wert valeur valor waarde vaartus attrval",
  attribute: "attr attrib merkmal attribut atributo kenmerk",
  flag: "flg",
  result: "rslt ergebnis resultat resultado resultaat tulemus",
  count: "cnt",
  percent: "pct prozent",
  level: "lvl stufe niveau nivel",
  reference: "ref aktenzeichen referenz",
  document: "doc dok",
  service: "svc srv dienst servicio teenus",
  channel: "chan kanal canal",
  direction: "dir richtung",
  subject: "subj betreff sujet asunto onderwerp teema",
  site: "sit standort",
  department: "dept abteilung abt departamento afdeling osakond dep",
  manager: "mgr leiter",
  household: "hh hhld haushalt menage hogar huishouden leibkond",
  language: "lang sprache langue idioma taal keel",
  currency: "curry waehrung devise moneda valuuta",
  territory: "terr",
  shipped: "shippd",
  ship: "shp",
  billing: "billg",
  programme: "prg prgm program programm programa",
  marriage: "marr heirat ehe mariage matrimonio huwelijk abielu",
  "civil status":
    "civsta civilstatus maritalstatus familienstand famstand etatcivil estadocivil burgerlijkestaat perekonnaseis marital",
  children: "kinder enfants hijos kinderen lapsed child kids",
  ...sensitiveMeanings,
};

/** Words that say what sort of thing a table or column is, and nothing about what it means. */
export const decorations: ReadonlySet<string> = new Set(
  "tbl table tabelle vw view lkp lookup lu mst mast master hdr header dbo xref dim fact fk int dtm bln".split(" "),
);

const wholeOnly = new Set<string>();

/** Abbreviation or foreign word to the English words that it means; English words mean themselves. */
export const dictionary: ReadonlyMap<string, readonly string[]> = readMeanings();

/**
 * What a word means that was cut off, as names of eight letters were: `geloesch`. Undefined where it could be several.
 */
export function meaningOfCut(word: string): readonly string[] | undefined {
  if (word.length < 6) return undefined;
  const meant = new Map<string, readonly string[]>();
  for (const [spelling, meaning] of dictionary) if (spelling.startsWith(word)) meant.set(meaning.join(" "), meaning);
  return meant.size === 1 ? [...meant.values()][0] : undefined;
}

/** True for words that longer ones can be made of; short ones of further languages are in too many others. */
export function isPart(word: string): boolean {
  return dictionary.has(word) && !wholeOnly.has(word);
}

function readMeanings(): ReadonlyMap<string, readonly string[]> {
  const words = new Map<string, readonly string[]>();
  for (const [meaning, spellings] of Object.entries(meanings)) {
    const english = meaning.split(" ");
    for (const spelling of spellings.split(" ")) if (spelling && !words.has(spelling)) words.set(spelling, english);
  }
  for (const meaning of Object.keys(meanings)) {
    for (const word of meaning.split(" ")) if (!words.has(word)) words.set(word, [word]);
  }
  // A meaning of one word always means itself, whatever it abbreviates elsewhere.
  for (const meaning of Object.keys(meanings)) if (!meaning.includes(" ")) words.set(meaning, [meaning]);
  for (const [meaning, spellings] of Object.entries(personWords)) {
    for (const spelling of spellings.split(" ").flatMap(asciiOf)) {
      if (words.has(spelling)) continue;
      words.set(spelling, meaning.split(" "));
      if (spelling.length < 5) wholeOnly.add(spelling);
    }
  }
  return words;
}

/** `ä` is written as `ae`, and as `a`. */
function asciiOf(word: string): readonly string[] {
  return [toAscii(word), toAscii(word.normalize("NFD").replace(/\p{M}/gu, ""))];
}
