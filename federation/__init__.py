"""The protocol two exchanges speak, cxn-fed/1.  Knows nothing of members, pages or SQL."""
