"""The console of moderators and campaign staff: server-rendered pages under `/console/`.

Start reading at `application.create_console`; `pages` says how a page is declared, `access` who may
open it. Each area is a folder of its own and gives its pages as `PAGES`.
"""
