"""A mandat is whole, stays what was signed, and is not deleted before its time: by the database.

Each guard is ENABLE ALWAYS, and holds for whoever writes, the owner of the tables included. The six
years are those of `mandats/conservation.py`, by the clock of the database.
"""

from django.db import migrations

GARDER = """
CREATE FUNCTION mandats_entier() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM public.mandats_mandat WHERE id = NEW.id) AND NOT (
            EXISTS (SELECT FROM public.mandats_attestation WHERE mandat_id = NEW.id)
            AND EXISTS (SELECT FROM public.mandats_autorisation WHERE mandat_id = NEW.id)) THEN
        RAISE EXCEPTION 'mandat_entier: a mandat has its document and a perimeter'
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER mandat_entier AFTER INSERT ON mandats_mandat
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION mandats_entier();

CREATE FUNCTION mandats_garder_part() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM public.mandats_mandat WHERE id = OLD.mandat_id) THEN
        RAISE EXCEPTION 'mandat_entier: % goes with its mandat only', TG_TABLE_NAME
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER attestation_avec_son_mandat AFTER DELETE ON mandats_attestation
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION mandats_garder_part();
CREATE CONSTRAINT TRIGGER autorisation_avec_son_mandat AFTER DELETE ON mandats_autorisation
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION mandats_garder_part();

CREATE FUNCTION mandats_figer() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'attestation_figee: a signed document does not change'
        USING ERRCODE = 'check_violation';
END $$;
-- The encrypted bytes may pass under another key; what they are, and of whom, may not change.
CREATE TRIGGER attestation_figee BEFORE UPDATE ON mandats_attestation FOR EACH ROW
    WHEN ((OLD.mandat_id, OLD.sha256, OLD.modele, OLD.creee_le)
        IS DISTINCT FROM (NEW.mandat_id, NEW.sha256, NEW.modele, NEW.creee_le))
    EXECUTE FUNCTION mandats_figer();

CREATE FUNCTION mandats_conserver() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF coalesce(OLD.revoquee_le, OLD.fin) > clock_timestamp() - interval '6 years' THEN
        RAISE EXCEPTION 'mandat_conserve: an authorisation is kept six years after its end'
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN OLD;
END $$;
CREATE TRIGGER autorisation_conservee BEFORE DELETE ON mandats_autorisation
    FOR EACH ROW EXECUTE FUNCTION mandats_conserver();

ALTER TABLE mandats_mandat ENABLE ALWAYS TRIGGER mandat_entier;
ALTER TABLE mandats_attestation ENABLE ALWAYS TRIGGER attestation_avec_son_mandat;
ALTER TABLE mandats_attestation ENABLE ALWAYS TRIGGER attestation_figee;
ALTER TABLE mandats_autorisation ENABLE ALWAYS TRIGGER autorisation_avec_son_mandat;
ALTER TABLE mandats_autorisation ENABLE ALWAYS TRIGGER autorisation_conservee;
"""
RELACHER = """
DROP TRIGGER autorisation_conservee ON mandats_autorisation;
DROP TRIGGER attestation_figee ON mandats_attestation;
DROP TRIGGER autorisation_avec_son_mandat ON mandats_autorisation;
DROP TRIGGER attestation_avec_son_mandat ON mandats_attestation;
DROP TRIGGER mandat_entier ON mandats_mandat;
DROP FUNCTION mandats_conserver();
DROP FUNCTION mandats_figer();
DROP FUNCTION mandats_garder_part();
DROP FUNCTION mandats_entier();
"""


class Migration(migrations.Migration):
    dependencies = [("mandats", "0006_avis_usagers")]
    operations = [migrations.RunSQL(GARDER, RELACHER)]
