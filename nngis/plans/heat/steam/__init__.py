"""Steam, on its way from a plant to a user: its properties, its pipe, and how far it reaches."""
