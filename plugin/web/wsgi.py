"""What the server of the Procfile's role ``web`` runs."""

from plugin.flow.house import open_house
from plugin.logs import configure
from plugin.settings import Settings
from plugin.web.app import create_app

_settings = Settings.from_environment()
configure(_settings.log_level)
app = create_app(open_house(_settings))
