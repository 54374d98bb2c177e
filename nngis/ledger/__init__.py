"""What people send (Excel, CSV) becomes a layer and a list of rejects."""
