# -*- coding: latin-1 -*-
revision = "aé"
down_revision = None
if x:
	revision = 1
