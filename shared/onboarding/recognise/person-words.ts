/**
 * Words for people in further languages, as they are written: Czech, Danish, Finnish, Hungarian, Italian, Norwegian,
 * Polish, Portuguese, Swedish and Turkish, by their meaning in the dictionary, whose own words count before these. Several
 * words of a name that mean one thing stand as one: `adószám`, `cislodomu`. A word that is common in English, or that
 * others end with, does more harm than good.
 */
export const personWords: Readonly<Record<string, string>> = {
  "last name":
    "příjmení efternavn etternavn efternamn sukunimi vezetéknév családinév családnév cognome nazwisko apelido sobrenome soyad soyadı soyisim",
  "first name":
    "křestníjméno fornavn förnamn tilltalsnamn etunimi etunimet kutsumanimi keresztnév utónév imię imiona primeironome önad",
  "birth name":
    "rodnépříjmení fødenavn pigenavn pikenavn födelsenamn flicknamn syntymänimi tyttönimi születésinév leánykorinév cognomenascita cognomenubile nazwiskorodowe nazwiskopanieńskie nomesolteira nomesolteiro kızlıksoyadı",
  "full name":
    "celéjméno jménoapříjmení příjmeníajméno fuldenavn fulltnavn fullständigtnamn kokonimi teljesnév nominativo nomecognome cognomenome nomecompleto imięinazwisko nazwiskoiimię adsoyad adısoyadı soyadıadı",
  name: "jméno navn namn nome név neve isim ismi adı",
  birth: "narození født fødsel född födelse syntymä születés születési nascita nascimento urodzenia urodzenie doğum",
  "birth date":
    "datumnarození datnar datnarození narozen narozena fødselsdato fødselsdag fødtdato fdato födelsedatum födelsedag syntymäaika syntymäpäivä syntymäpvm syntaika születésidátum születésiidő szuldatum szuldat szulido datanascita datadinascita datanasc dtnascita datanascimento datadenascimento dtnascimento dataurodzenia dataurodz dataur doğumtarihi dogtarihi",
  "death date":
    "datumúmrtí úmrtí dødsdato dödsdatum avliden kuolinpäivä kuolinpvm kuolinaika halálozás haláldátum datamorte datadecesso decesso dataóbito datadeóbito óbito falecimento datazgonu zgonu zgon ölümtarihi ölüm",
  gender: "pohlaví køn kjønn kön sukupuoli nem neme sesso płeć sexo gênero género cinsiyet cinsiyeti",
  "national id":
    "rodnéčíslo rodčíslo cprnr cprnummer cpr fødselsnummer fødselsnr fnr personnr samordningsnummer henkilötunnus hetu személyiszám személyiazonosító adóazonosító adóazonosítójel tajszám codicefiscale codfiscale codfisc pesel cpf númerocontribuinte numcontribuinte tckimlik tckimlikno tckn tcno kimlikno",
  address: "adresa bydliště adress osoite lakcím indirizzo morada endereço zamieszkania zameldowania adresi",
  street:
    "ulice gade gadenavn vejnavn gatenavn veinavn gateadresse gata gatunamn gatuadress katu katuosoite lähiosoite utca utcanév közterület közterületnév rua logradouro ulica sokak cadde",
  "house number":
    "číslodomu číslopopisné husnr husnummer gatunummer talonumero házszám civico numerocivico nrcivico numeroporta númeroporta nrdomu numerdomu kapıno kapınumarası",
  flat: "číslobytu bolignr lägenhetsnr lägenhetsnummer nrlokalu nrmieszkania daireno",
  town: "město obec postdistrikt poststed kommune postort kommun postitoimipaikka paikkakunta kotikunta kunta helység helységnév település településnév varos város comune città località localidade cidade concelho freguesia miejscowość miasto gmina şehir ilçe",
  "post code":
    "psč postnr postnummer postinumero irányítószám irsz cap codpostal códigopostal cep kodpocztowy postakodu postakod",
  country: "ország nazione paese kraj państwo ülke",
  phone:
    "telefonníčíslo telefonnr telefonnummer tlfnr puhelin puhelinnumero puhnro telefonszám telszám telefone nrtelefonu numertelefonu telefonu",
  mobile: "mobilnr mobilnummer mobiltelefon matkapuhelin mobilszám cellulare telemóvel celular komórka ceptel",
  email:
    "emailová emailadresse epostadresse epostadress sähköposti sähköpostiosoite emailcím postaelettronica correioeletrónico eposta epostaadresi adresemail",
  person: "osoba osoby henkilö henkilöt személy személyek anagrafica pessoa pessoas kişi kişiler",
  citizen:
    "občan občané obyvatel obyvatelé borger borgere innbygger innbyggere invånare asukas asukkaat lakos lakosok polgár cittadino cittadini residente residenti cidadão munícipe mieszkaniec mieszkańcy obywatel vatandaş",
  client: "zákazník klienti asiakas asiakkaat ügyfél ügyfelek utente utenti petent interesant müşteri",
  owner: "vlastník majitel omistaja tulajdonos proprietario właściciel",
  applicant: "žadatel ansøger søker sökande hakija kérelmező richiedente requerente wnioskodawca başvuran",
  patient: "pacient potilas beteg paziente paciente pacjent",
  student: "žák oppilas tanuló alunno aluno uczeń öğrenci",
  employee: "zaměstnanec medarbejder medarbeider anställd työntekijä dolgozó alkalmazott dipendente pracownik",
  date: "dato päivämäärä pvm tarih tarihi",
  number: "číslo numer numara",
  deleted: "smazáno slettet borttagen raderad poistettu törölt cancellato apagado usunięty silindi",
  nationality:
    "občanství statsborgerskab statsborgerskap medborgarskap kansalaisuus állampolgárság cittadinanza obywatelstwo uyruk uyruğu",
  "civil status":
    "rodinnýstav civilstand sivilstand civilstånd siviilisääty családiállapot statocivile stancywilny medenihal medenidurum",
  religion: "náboženství trossamfund uskonto uskontokunta vallás felekezet religione religião wyznanie",
  ethnicity: "etnikum narodowość",
  health: "zdraví sundhed helse hälsa terveys egészség salute saúde zdrowie sağlık",
  disability:
    "postižení funktionsnedsättning funksjonshemming vammaisuus fogyatékosság disabilità deficiência niepełnosprawność engelli",
  diagnosis: "diagnóza diagnos diagnoosi diagnosi diagnóstico teşhis",
};
