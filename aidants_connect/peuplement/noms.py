"""Names of people and places, to draw from. None is anybody's."""

PRENOMS = (
    "Jeanne", "Marie", "Monique", "Nathalie", "Fatima", "Sylvie", "Aïcha", "Hélène", "Françoise",
    "Chantal", "Zohra", "Léa", "Camille", "Inès", "Maëlle", "Odette", "Simone", "Yvette", "Rose",
    "Jean", "Michel", "Pierre", "Mohamed", "André", "Ahmed", "René", "Bernard", "Mamadou", "Noël",
    "Jacques", "Gérard", "François", "Loïc", "Thierry", "Joël", "Karim", "Émile", "Raphaël",
    "Antoine", "Lucien",
)  # fmt: skip
NOMS = (
    "Martin", "Bernard", "Dubois", "Thomas", "Robert", "Richard", "Petit", "Durand", "Leroy",
    "Moreau", "Simon", "Laurent", "Lefèvre", "Michel", "Garcia", "David", "Bertrand", "Roux",
    "Vincent", "Fournier", "Morel", "Girard", "André", "Mercier", "Dupont", "Lambert", "Bonnet",
    "François", "Martinez", "Legrand", "Garnier", "Faure", "Rousseau", "Blanc", "Guérin", "Muller",
    "Henry", "Roussel", "Nicolas", "Perrin", "Morin", "Mathieu", "Clément", "Gauthier", "Dumont",
    "Lopez", "Fontaine", "Chevalier", "Robin", "Benali", "Traoré", "Diallo", "Nguyen", "Le Goff",
    "D’Almeida", "L’Héritier", "Cohen", "Kowalski", "Ferreira", "Haddad",
)  # fmt: skip
COMMUNES = (
    ("35400", "Saint-Malo"), ("29200", "Brest"), ("56000", "Vannes"), ("22000", "Saint-Brieuc"),
    ("44600", "Saint-Nazaire"), ("85000", "La Roche-sur-Yon"), ("17000", "La Rochelle"),
    ("33300", "Bordeaux"), ("40000", "Mont-de-Marsan"), ("64000", "Pau"), ("31000", "Toulouse"),
    ("09000", "Foix"), ("66000", "Perpignan"), ("34000", "Montpellier"), ("30000", "Nîmes"),
    ("13200", "Arles"), ("83000", "Toulon"), ("06300", "Nice"), ("20000", "Ajaccio"),
    ("05000", "Gap"), ("38000", "Grenoble"), ("69100", "Villeurbanne"), ("42000", "Saint-Étienne"),
    ("63000", "Clermont-Ferrand"), ("15000", "Aurillac"), ("87000", "Limoges"), ("23000", "Guéret"),
    ("36000", "Châteauroux"), ("45000", "Orléans"), ("28000", "Chartres"), ("75019", "Paris"),
    ("93200", "Saint-Denis"), ("60000", "Beauvais"), ("80000", "Amiens"), ("59100", "Roubaix"),
    ("62300", "Lens"), ("51100", "Reims"), ("57000", "Metz"), ("67000", "Strasbourg"),
    ("68100", "Mulhouse"), ("25000", "Besançon"), ("21000", "Dijon"), ("58000", "Nevers"),
    ("97400", "Saint-Denis de La Réunion"), ("97200", "Fort-de-France"),
)  # fmt: skip
SERVICES = (
    ("impots", "Impôts", ("argent",)),
    ("caf", "Allocations familiales", ("famille", "logement", "social")),
    ("ameli", "Assurance maladie", ("social",)),
    ("emploi", "Recherche d’emploi", ("travail",)),
    ("retraite", "Retraite", ("travail", "social")),
    ("titres", "Titres sécurisés", ("papiers", "transports", "etranger")),
    ("logement", "Logement social", ("logement",)),
    ("guichet", "Guichet commun", ()),  # asks for any démarche
)
