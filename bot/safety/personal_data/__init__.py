"""Takes personal data out of what people type: names, numbers, addresses and the like.

One module finds one family of data; `screen.py` joins them. Staff's lists stand in
`stories/safety/`.
"""

from bot.safety.personal_data.screen import PersonalData, load_personal_data
from bot.safety.personal_data.spans import Span

__all__ = ["PersonalData", "Span", "load_personal_data"]
