"""The guided tour: accounts with their live codes, identities, outbox."""
