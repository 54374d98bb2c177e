"""What one unit is in another, each once."""

M_PER_KM = 1000.0
MM_PER_M = 1000.0
M2_PER_KM2 = 1e6
KG_PER_T = 1000.0
W_PER_KW = 1000.0
KW_PER_MW = 1000.0
KWH_PER_MWH = 1000.0
BYTES_PER_MB = 1e6
YUAN_PER_10K = 10_000.0
