"""What the app's maker wrote into the developer portal."""

from dataclasses import dataclass

from sandbox.config import Config


@dataclass(frozen=True, slots=True)
class Registration:
    """The app as the platform knows it."""

    name: str
    app_id: int
    account_uuid: str
    """Of the developer's account, which owns the app."""
    account_token: str
    """Opens the Account API."""
    client_id: str
    client_secret: str
    auth_callback: str
    load_callback: str
    uninstall_callback: str
    remove_user_callback: str
    scopes: tuple[str, ...]
    multi_user: bool = True

    @staticmethod
    def of(config: Config) -> "Registration":
        """What this sandbox was started with."""
        said = config.bigcommerce
        return Registration(
            name=config.asked.name,
            app_id=said.app_id,
            account_uuid=said.account_uuid,
            account_token=said.account_token,
            client_id=said.client_id or config.client_id,
            client_secret=said.client_secret or config.client_secret,
            auth_callback=config.app_url + said.auth_path,
            load_callback=config.app_url + said.load_path,
            uninstall_callback=config.app_url + said.uninstall_path,
            remove_user_callback=config.app_url + said.remove_user_path,
            scopes=said.scopes,
        )
