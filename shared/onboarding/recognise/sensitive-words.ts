/**
 * The part of the dictionary that says how carefully a column is to be treated: special categories (GDPR Art. 9), what
 * is of crimes (Art. 10), what places or identifies somebody, and secrets.
 */
export const sensitiveMeanings: Readonly<Record<string, string>> = {
  religion:
    "konfession konf conf confession relig religieux religion glauben godsdienst usk usutunnistus kirche church denomination rel creencia croyance faith",
  ethnicity: "ethnic ethnie etnia etniciteit rasse race rahvus ethnicgroup ethgrp ethn etnisch",
  nationality: "natlty staatsangehoerigkeit staatsang nationalite nacionalidad nationaliteit kodakondsus citizenship",
  health: "gesundheit sante salud gezondheid tervis medical med medizin medisch hlth mental psych psychiatric",
  illness:
    "krankheit krankheiten krank maladie ziekte ziek enfermedad haigus haigused disease sickness sick ill cancer krebs diabetes symptom hiv aids",
  diagnosis: "diag diagnose diagnostic diagnostico diagnoos icd icd10",
  treatment: "behandlung traitement tratamiento behandeling ravi",
  medication: "medikament medicament medicamento medicatie ravim prescription rezept",
  vaccination: "impfung impf vaccin vaccinatie vacuna vacunacion vaktsineerimine vacc vaccine immunisation",
  disability:
    "behinderung beh handicap handicapped discapacidad invaliditeit invalidite puue disabled disab gdb schwerbehindert wheelchair rollstuhl rolstoel",
  "care level": "pflegegrad pflegestufe zorgniveau carelevel caregrade carelvl",
  pregnancy: "pregnant schwanger enceinte embarazo zwanger rase",
  "blood group": "bloodgroup blutgruppe bloodtype bloodgrp bldgrp",
  addiction: "drug drugs droge drogen drogue droga sucht alcohol alkohol alcool smoker smoking raucher fumeur fumador",
  asylum: "asyl asile asilo asiel refugee fluechtling refugie refugiado vluchteling pagulane",
  union: "gewerkschaft syndicat sindicato vakbond",
  political: "politisch politique politico partei party",
  "sexual orientation": "sexualorientation orientation",
  biometric: "fingerprint fingerabdruck empreinte huella vingerafdruk sormejalg biometrie biometrisch",
  genetic: "dna genetisch",
  criminal:
    "conviction strafe straftat vorstrafe vorstrafen condamnation casier delito antecedentes strafblad karistus offence offense crime",
  // Whose it is, and where somebody is
  signature: "unterschrift handtekening allkiri firmante signat",
  latitude: "lat breitengrad latitud laiuskraad",
  longitude: "lon laengengrad longitud pikkuskraad",
  // What is never to be published
  password: "passwd pwd pass passwort motdepasse contrasena wachtwoord parool passwordhash pwhash salt",
  secret: "token apikey sessionkey pin",
  iban: "bankaccount bankverbindung rib bic",
  picture: "photo foto image img bild",
};
