import java.io.File;
import java.util.Map;
import java.util.TreeMap;
import org.verapdf.gf.foundry.VeraGreenfieldFoundryProvider;
import org.verapdf.pdfa.Foundries;
import org.verapdf.pdfa.PDFAParser;
import org.verapdf.pdfa.PDFAValidator;
import org.verapdf.pdfa.flavours.PDFAFlavour;
import org.verapdf.pdfa.results.TestAssertion;
import org.verapdf.pdfa.results.ValidationResult;

/** Validates each PDF named as PDF/UA-1: a line for the file, then one for each rule it breaks. */
public class Valider {
    public static void main(String[] chemins) throws Exception {
        VeraGreenfieldFoundryProvider.initialise();
        for (String chemin : chemins) {
            PDFAFlavour norme = PDFAFlavour.PDFUA_1;
            try (PDFAParser lu = Foundries.defaultInstance().createParser(new File(chemin), norme);
                    PDFAValidator juge = Foundries.defaultInstance().createValidator(norme, false)) {
                dire(chemin, juge.validate(lu));
            }
        }
    }

    private static void dire(String chemin, ValidationResult resultat) {
        String verdict = resultat.isCompliant() ? "conforme" : "non conforme";
        System.out.println("fichier\t" + chemin + "\t" + verdict + "\t" + resultat.getTotalAssertions());
        Map<String, String> fautes = new TreeMap<>();
        for (TestAssertion constat : resultat.getTestAssertions()) {
            String regle = constat.getRuleId().getClause() + "-" + constat.getRuleId().getTestNumber();
            fautes.put(regle, constat.getMessage().replaceAll("\\s+", " "));
        }
        fautes.forEach((regle, texte) -> System.out.println("faute\t" + regle + " " + texte));
    }
}
